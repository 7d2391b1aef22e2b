import sharp from "sharp";

// libvips can read some thirty formats by libraries of very different age and care. A file
// that we did not ask for must not even reach them: SVG opens other files, TIFF and others
// have a record of memory errors. So all loaders are off but the five that photos need.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadHeif",
  ],
});

// No photo is processed twice by one worker, so a cache only holds memory.
sharp.cache(false);

// One thread per picture: the worker takes as many photos at once as it has cores (ADR 0003).
sharp.concurrency(1);

export { sharp };
