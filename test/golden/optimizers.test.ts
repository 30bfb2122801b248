import { describeCases, onReference } from "./training.js";

describeCases("optimizer", onReference, "the oracle");
