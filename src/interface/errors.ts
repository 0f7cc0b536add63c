/** Whatever was thrown, looked at without trusting its class: it may come from another realm. */
import { fieldsOf } from './fields.ts';

export function messageOf(error: unknown): string {
  const message = fieldsOf(error)?.['message'];
  return typeof message === 'string' ? message : String(error);
}
