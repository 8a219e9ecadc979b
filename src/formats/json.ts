/** Reads JSON of unknown origin without trusting its shape. */

/** An object in a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The result of reading JSON: `other` if it is not an object or too large; `what` is for people. */
export type JsonResult =
  | { readonly kind: 'object'; readonly object: JsonObject }
  | { readonly kind: 'other' }
  | { readonly kind: 'damaged'; readonly what: string };

/** The default limit in bytes: lists of files have a few kilobytes. */
export const LARGEST_JSON = 1 << 20;

/** Reads a JSON text in UTF-8 of at most `most` bytes. Never throws. */
export function readJson(data: Uint8Array, most = LARGEST_JSON): JsonResult {
  if (data.length > most) return { kind: 'other' };
  try {
    // Without `ignoreBOM` the decoder removes a byte order mark.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    return isObject(value) ? { kind: 'object', object: value } : { kind: 'other' };
  } catch (error) {
    // Not the parser's message: each browser words it differently, and text that is not UTF-8 has none.
    return {
      kind: 'damaged',
      what: error instanceof SyntaxError ? 'it is not valid JSON' : 'it is not UTF-8 text',
    };
  }
}

/** Whether a value is an object with named fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is a non-empty string; null if it is anything else. */
export function textIn(object: JsonObject, name: string): string | null {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}
