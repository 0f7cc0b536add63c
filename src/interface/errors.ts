/** Whatever was thrown, looked at without trusting its class: it may come from another realm. */
import { fieldsOf } from './fields.ts';

/** `code` of a system error, e.g. `ENOENT`; empty when it has none. */
export function systemCode(error: unknown): string {
  const code = fieldsOf(error)?.['code'];
  return typeof code === 'string' ? code : '';
}

export function messageOf(error: unknown): string {
  const message = fieldsOf(error)?.['message'];
  return typeof message === 'string' ? message : String(error);
}
