// The behaviours that a list has from the start, by the name that the markup uses; later.ts has the
// others.

import Flash from "./controllers/flash_controller";
import Keys from "./controllers/keys_controller";
import List from "./controllers/list_controller";
import Zone from "./controllers/zone_controller";

export const controllers = { flash: Flash, keys: Keys, list: List, zone: Zone };
