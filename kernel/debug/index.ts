// The room's door.

export { type AdapterOptions, DebugAdapter } from "./adapter.js";
export type { DapEvent } from "./messages.js";
export { type Offer, offerDebugging, onPause } from "./offer.js";
