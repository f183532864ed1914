// Words for the codes of the API; a code without words is shown as it is.

import { has, say } from "./texts.js";

const named = (family) => (code) => (has(`${family}.${code}`) ? say(`${family}.${code}`) : code);

export const typeName = named("type");
export const kindName = named("kind");
export const journalName = named("journal");
export const actionName = named("action");
export const ownerName = named("owner");
export const chargeStateName = named("charge");
