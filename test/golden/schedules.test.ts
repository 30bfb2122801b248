import { describeCases, onReference } from "./training.js";

describeCases("schedule", onReference, "the oracle");
