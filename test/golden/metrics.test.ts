import { describeCases, onReference } from "./training.js";

describeCases("metric", onReference, "the oracle");
