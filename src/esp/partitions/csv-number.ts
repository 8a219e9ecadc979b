/** Numbers as gen_esp32part.py reads them: Python's int(text, 0), names of types, and K and M behind either. */
import { strip } from './csv-text.ts';

const FACTORS: Readonly<Record<string, number>> = { k: 1 << 10, m: 1 << 20 };
// Python refuses longer ones too (its limit on digits).
const LONGEST = 4300;
const NUMBER = /^([+-]?)(0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|[1-9](?:_?[0-9])*|0(?:_?0)*)$/i;

function numberIn(text: string): number | null {
  const match = text.length > LONGEST ? null : NUMBER.exec(text);
  const digits = match?.[2];
  if (digits === undefined) return null;
  const value = Number(digits.replaceAll('_', ''));
  return match?.[1] === '-' ? -value : value;
}

/**
 * The value of a field, such as `0x9000`, `84K`, `-0x10000` or a name that `valueOf` knows (it is asked in lower case);
 * null for what the tool refuses. Values beyond 2^53 are rounded, beyond any double infinite: both fit no table.
 */
export function readNumber(
  field: string,
  valueOf: (name: string) => number | undefined = () => undefined,
): number | null {
  let end = field.length;
  let factor = 1;
  for (; end > 0; end -= 1) {
    const next = FACTORS[field.charAt(end - 1).toLowerCase()];
    if (next === undefined) break;
    factor *= next;
  }
  const body = field.slice(0, end);
  const value = numberIn(strip(body)) ?? valueOf(body.toLowerCase()) ?? null;
  if (value === null) return null;
  // Not 0 × infinity, and never -0.
  return value === 0 ? 0 : value * factor;
}
