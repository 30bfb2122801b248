// The schedules: one line each.

import { Registry } from "../../graph/registry.js";
import { itemOf } from "../config.js";
import { CosineDecay } from "./cosineDecay.js";
import { CosineDecayRestarts } from "./cosineDecayRestarts.js";
import { ExponentialDecay } from "./exponentialDecay.js";
import { InverseTimeDecay } from "./inverseTimeDecay.js";
import { PiecewiseConstantDecay } from "./piecewiseConstantDecay.js";
import { PolynomialDecay } from "./polynomialDecay.js";
import type { Schedule } from "./schedule.js";

export { type CosineDecayShape, cosineDecay } from "./cosineDecay.js";
export { type CosineDecayRestartsShape, cosineDecayRestarts } from "./cosineDecayRestarts.js";
export type { ScheduleOptions, StaircaseOptions } from "./decay.js";
export { exponentialDecay } from "./exponentialDecay.js";
export { inverseTimeDecay } from "./inverseTimeDecay.js";
export { piecewiseConstantDecay } from "./piecewiseConstantDecay.js";
export { type PolynomialDecayShape, polynomialDecay } from "./polynomialDecay.js";
export { Schedule } from "./schedule.js";

const own: readonly string[] = ["name"];

/** All schedules, by class name. */
export const schedules: Registry<Schedule> = new Registry<Schedule>("schedule", [
  itemOf<Schedule>(ExponentialDecay, own),
  itemOf<Schedule>(InverseTimeDecay, own),
  itemOf<Schedule>(PolynomialDecay, own),
  itemOf<Schedule>(PiecewiseConstantDecay, own),
  itemOf<Schedule>(CosineDecay, own),
  itemOf<Schedule>(CosineDecayRestarts, own),
]);
