// MurmurHash2 of 32 bits (https://github.com/aappleby/smhasher), by which front ends and kernels name a cell's code.

const multiplier = 0x5bd1e995;

export function murmur2(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text);
  const words = bytes.length >>> 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = seed ^ bytes.length;
  for (let i = 0; i < words; i++) {
    let word = Math.imul(view.getInt32(4 * i, true), multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  if (bytes.length % 4 > 0) {
    for (let i = 4 * words; i < bytes.length; i++) hash ^= (bytes[i] as number) << (8 * (i % 4));
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}
