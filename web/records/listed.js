// Paths of the API with parameters.

/** The path with its parameters; those that are empty are left out. */
export function listed(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
