/** Takes secrets out of text: errors of ccxt quote whole signed addresses, with key, timestamp and signature. */

/** Longest message kept of an error; exchanges answer with whole web pages. */
const MESSAGE_LENGTH_MAX = 300;
/** Shorter values are not taken for secrets: replacing them would garble the text and protect nothing. */
const SECRET_LENGTH_MIN = 6;

const NAMES =
  '(?:signature|sign|api[-_]?key|secret|passphrase|password|listen[-_]?(?:key|token)|token|x-mbx-apikey|authorization)';
const IN_QUERY = new RegExp(`\\b(${NAMES})=[^&\\s"']+`, 'gi');
const IN_JSON = new RegExp(`"(${NAMES})"\\s*:\\s*"[^"]*"`, 'gi');
const IN_HEADER = new RegExp(`\\b(${NAMES})\\s*:\\s*[^\\s,"']+`, 'gi');

/**
 * @param text anything that may be logged, stored or shown.
 * @param secrets literal values that must not appear: key, secret, passphrase.
 * @returns the text with every secret replaced by `***`, on one line, at most 300 characters.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret.length >= SECRET_LENGTH_MIN) safe = safe.replaceAll(secret, '***');
  }
  safe = safe
    .replace(IN_QUERY, '$1=***')
    .replace(IN_JSON, '"$1":"***"')
    .replace(IN_HEADER, '$1: ***')
    .replace(/\s+/g, ' ')
    .trim();
  return safe.length <= MESSAGE_LENGTH_MAX ? safe : `${safe.slice(0, MESSAGE_LENGTH_MAX - 1)}…`;
}
