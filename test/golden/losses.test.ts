import { describeCases, onReference } from "./training.js";

describeCases("loss", onReference, "the oracle");
