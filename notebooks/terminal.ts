// The main job in a terminal: trains both tutorial models, with a progress bar, the summary and the loss at each epoch.
// Placeholder until the library can train.
process.stdout.write("Weft: nothing to train yet.\n");
