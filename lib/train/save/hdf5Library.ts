// What of the HDF5 library is used. One file, so that a package can hold just that much of it.

export { File, ready } from "h5wasm/node";
