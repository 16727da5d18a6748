// The view: layout, filters and order, as the viewer chose them. The address states it.

const LAYOUTS = ["table", "tiles", "queues", "wall"];
const SORTS = [
  "agent",
  "urgent",
  "activity",
  "activity-time",
  "profile",
  "group",
  "state",
  "state-time",
  "queue",
  "channel",
];

/** The view before the viewer has chosen anything. */
export const PLAIN_VIEW = Object.freeze({
  layout: "table",
  queues: "",
  queue: "",
  profile: "",
  group: "",
  activity: "",
  search: "",
  sort: "agent",
  descending: false,
});

/** The members of a view that are filters of agents. */
export const FILTERS = Object.freeze(["queue", "profile", "group", "activity", "search"]);

/** The view that an address (its `?...`) states; what it does not know is passed over. */
export function viewOf(search) {
  const stated = new URLSearchParams(search);
  const view = { ...PLAIN_VIEW, descending: stated.get("descending") === "yes" };
  for (const filter of FILTERS) view[filter] = stated.get(filter) ?? "";
  if (stated.get("queues") === "all") view.queues = "all";
  if (LAYOUTS.includes(stated.get("layout"))) view.layout = stated.get("layout");
  if (SORTS.includes(stated.get("sort"))) view.sort = stated.get("sort");
  return view;
}

/** The address of a view on this page; what else the present address (a Location) says stays. */
export function addressOf(view, present) {
  const parameters = new URLSearchParams(present.search);
  for (const [name, plain] of Object.entries(PLAIN_VIEW)) {
    if (view[name] === plain) parameters.delete(name);
    else parameters.set(name, view[name] === true ? "yes" : view[name]);
  }
  return parameters.size ? `?${parameters}` : present.pathname;
}

/** The order in which agents are shown: on the big screen the most urgent first, unless stated. */
export function sortOf({ layout, sort, descending }) {
  if (layout === "wall" && sort === PLAIN_VIEW.sort && !descending) return "urgent";
  return sort;
}

/** Whether any agent may be left out. */
export function isFiltered(view) {
  return FILTERS.some((filter) => view[filter]);
}
