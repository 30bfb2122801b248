// Publications as text, made on the cells' thread: toJSON, getters and the like must run where the values live.

import { stringify } from "./json.js";
import type { PackedPublication, Publication } from "./link.js";

/** Throws what a value's own toJSON or getter throws. */
export function pack({ type, content, metadata, buffers }: Publication): PackedPublication {
  const data = content["data"] as Record<string, unknown> | undefined;
  const plain = type === "execute_result" ? data?.["text/plain"] : undefined;
  const opensOrCloses = type === "comm_open" || type === "comm_close";
  return {
    type,
    content: stringify(content),
    metadata: stringify(metadata ?? {}),
    buffers: (buffers ?? []).map(copyOf),
    result: typeof plain === "string" ? plain : null,
    comm: opensOrCloses ? { id: String(content["comm_id"]), target: String(content["target_name"]) } : null,
  };
}

/** Of any typed array: posting a view would take its whole buffer along, or share it. */
function copyOf(view: Uint8Array): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}
