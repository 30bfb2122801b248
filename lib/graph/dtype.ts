// Element types. In memory every element is four bytes wide (bool is an int32 0 or 1), so that one lane
// of a vector is one element of any tensor; the outside world gets the natural typed arrays.

export type DType = "float32" | "int32" | "bool";

/** What a user may pass as typed data. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** The dtype that arithmetic between two dtypes gives, as in NumPy: bool < int32 < float32. */
export function promote(a: DType, b: DType): DType {
  if (a === "float32" || b === "float32") return "float32";
  return a === "int32" || b === "int32" ? "int32" : "bool";
}
