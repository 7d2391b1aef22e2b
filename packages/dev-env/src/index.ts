export { createSpace, type Dependency, type Space } from "./space/space.ts";
export { startServers, type ServerAddresses, type Servers } from "./servers/servers.ts";
export { openHousehold, type Household } from "./process/household.ts";
