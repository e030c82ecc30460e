// The second bundle: every behaviour that the first view of a list does without, by the name that the
// markup uses. lib/whole.ts fetches it when the page has been painted.
//
// What app.js holds as well comes from shared.ts alone, so that it is there only once; the build
// refuses anything else.

import Confirm from "./controllers/confirm_controller";
import Countdown from "./controllers/countdown_controller";
import Dialog from "./controllers/dialog_controller";
import Drag from "./controllers/drag_controller";
import Drawer from "./controllers/drawer_controller";
import Hover from "./controllers/hover_controller";
import Labels from "./controllers/labels_controller";
import Live from "./controllers/live_controller";
import Mailto from "./controllers/mailto_controller";
import MarkRead from "./controllers/mark_read_controller";
import Menu from "./controllers/menu_controller";
import MessageFrame from "./controllers/message_frame_controller";
import More from "./controllers/more_controller";
import Palette from "./controllers/palette_controller";
import Panels from "./controllers/panels_controller";
import Panes from "./controllers/panes_controller";
import Progress from "./controllers/progress_controller";
import Reauth from "./controllers/reauth_controller";
import Rest from "./controllers/rest_controller";
import Swipe from "./controllers/swipe_controller";
import Talk from "./controllers/talk_controller";
import Theme from "./controllers/theme_controller";
import Idiomorph from "idiomorph";
import { attendArrivals } from "./lib/arrival";
import { attendLabels } from "./lib/labelling";
import { attendMeanwhile } from "./lib/meanwhile";
import { useIdiomorph } from "./shared";

useIdiomorph(Idiomorph);
attendArrivals();
attendLabels();
attendMeanwhile();

export const controllers = {
  confirm: Confirm,
  countdown: Countdown,
  dialog: Dialog,
  drag: Drag,
  drawer: Drawer,
  hover: Hover,
  labels: Labels,
  live: Live,
  mailto: Mailto,
  "mark-read": MarkRead,
  menu: Menu,
  "message-frame": MessageFrame,
  more: More,
  palette: Palette,
  panels: Panels,
  panes: Panes,
  progress: Progress,
  reauth: Reauth,
  rest: Rest,
  swipe: Swipe,
  talk: Talk,
  theme: Theme,
};
