/** Where a value of a setting can stand, as `WorkspaceConfiguration.inspect` tells it. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** Settings that only this client reads. */
const OWN = /^hearth\.(server|client)\./;

/**
 * The settings that somebody chose, as the nested object that the server reads. Defaults are left out: the server has
 * the same ones, and sent as choices they would win over the user's own `settings.toml`.
 */
export function chosen(
  keys: Iterable<string>,
  inspect: (key: string) => Inspected | undefined,
): Record<string, Record<string, unknown>> {
  const options: Record<string, Record<string, unknown>> = {};
  for (const key of keys) {
    const found = OWN.test(key) ? undefined : inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    const [, section, name] = key.split('.');
    if (value !== undefined && section !== undefined && name !== undefined) {
      (options[section] ??= {})[name] = value;
    }
  }
  return options;
}

/** The name below `hearth.` of a setting that the server calls `section.some_name`. */
export function keyOf(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
