import { startFauxqs } from "fauxqs";

import {
  keepReceiveCounts,
  listenOnLoopbackOnly,
  listKeysByBytes,
  takeLargeBodies,
} from "./fauxqs-repairs.ts";

listenOnLoopbackOnly();
takeLargeBodies();
keepReceiveCounts();
listKeysByBytes();

const [port, dataDir = "", defaultRegion = ""] = process.argv.slice(2);
const server = await startFauxqs({
  port: Number(port),
  logger: false,
  defaultRegion,
  dataDir,
  s3StorageDir: `${dataDir}/s3`,
});
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void server.stop());
