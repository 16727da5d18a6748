// Paths of the API with their query parameters.

/** `path` with `parameters` as its query; parameters without a value are left out. */
export function apiPath(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
