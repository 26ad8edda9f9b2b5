/** Names of artifacts. */

/** Lower case only, so that names differ on every file system; no part begins with a dot. */
const NAME = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;

/** @throws Error for a name that breaks the rule of the port: a defect, since people never choose names. */
export function checkName(name: string): void {
  if (name.length > 1000 || !NAME.test(name)) throw new Error(`"${name}" cannot be the name of an artifact`);
}

/** Refuses what no name can begin with. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkName(`${prefix}x`);
}
