/** Keeps secrets out of the log: the last thing every line passes. */

/** Shorter secrets are not masked: they would blank half of every line and protect nothing. */
const SECRET_LENGTH_MIN = 4;

/** Lines of a key file (PEM) are masked one by one when at least this long. */
const KEY_LINE_LENGTH_MIN = 16;

const MASK = '***';

/** A URL with a query: signed requests carry their signature there. Ends at white space, quotes and backslashes. */
const URL_QUERY = /\b((?:https?|wss?):\/\/[^\s"'<>\\?#]*)\?[^\s"'<>\\]*/giu;

/** `name=value` in a form body, where the name tells that the value is secret. */
const SECRET_PAIR =
  /\b(signature|apikey|api_key|secret|passphrase|password|listenkey|token)=[^&\s"'<>\\]+/giu;

/** Drops what may be signed from a text: queries of URLs, values of telling names. */
export function stripSigned(text: string): string {
  return text.replace(URL_QUERY, `$1?${MASK}`).replace(SECRET_PAIR, `$1=${MASK}`);
}

/**
 * Makes the filter for finished JSON lines: masks these secrets wherever they stand, raw, JSON-escaped, escaped twice (an
 * exchange's JSON answer quoted in a message) or URL-encoded, and strips signed URLs. Secrets below 4 characters are ignored.
 */
export function lineFilter(secrets: readonly string[]): (line: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => form.length >= SECRET_LENGTH_MIN)
    // The longest first: a secret that begins with another must not keep its tail.
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (forms.length === 0) return stripSigned;
  const pattern = new RegExp(
    forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')).join('|'),
    'gu',
  );
  return (line) => stripSigned(line.replace(pattern, maskWhole));
}

/**
 * In JSON, a backslash before the match may belong to it: in `\nabc` the text is a line feed and `abc`, and masking `nabc`
 * would both break the line and hide nothing. Only an even number of backslashes leaves the first letter a letter.
 */
function maskWhole(match: string, offset: number, line: string): string {
  let backslashes = 0;
  while (line[offset - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 0 ? MASK : match;
}

function formsOf(secret: string): readonly string[] {
  if (secret.length < SECRET_LENGTH_MIN) return [];
  const lines = secret.split(/\r?\n/u).filter((line) => line.length >= KEY_LINE_LENGTH_MIN);
  return [secret, ...lines].flatMap((text) => {
    const escaped = jsonEscaped(text);
    return [text, escaped, jsonEscaped(escaped), encodeURIComponent(text)];
  });
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
