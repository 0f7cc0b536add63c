/** The one name that no key of a document can have: JavaScript would take it for an object's ancestor, and schemas leave it out in silence. */

const NAME = '__proto__';

/** Why it is refused. */
export const PROTO_KEY_PROBLEM = `${NAME} cannot be a name`;

/** Where a document, as it was parsed, has such a key: each time the way from its root, the key included. */
export function protoKeys(value: unknown): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => protoKeys(item).map((path) => [index, ...path]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) =>
    key === NAME ? [[key]] : protoKeys(Reflect.get(value, key)).map((path) => [key, ...path]),
  );
}
