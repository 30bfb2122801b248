import { openOn } from "./tfjs.mjs";

export const open = (task, data) => openOn("cpu", task, data);
