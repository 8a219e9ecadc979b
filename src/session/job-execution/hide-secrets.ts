/** Hides what looks like a secret in a board's output before it goes into a report, which is meant to be sent to strangers. */
import { isSecretName } from '../../flash/secret-names.ts';

/** What is shown in place of a secret. */
export const HIDDEN = '[hidden]';

/**
 * A name, which may be of several words, and the sign that assigns a value to it. Its parts are limited in length: without
 * that, the time for a line would grow with the square of its length.
 */
const ASSIGNMENT = /([\w .-]{1,64})["']?\s{0,8}(?:=>|:=|[:=])\s*/g;
/** A value in quotation marks; one with an escaped mark in it, or without its end, is hidden up to the end of the line. */
const QUOTED = /(["'])[^"'\\]*\1/y;
/** The credentials in an address: `mqtt://user:password@host`, up to the last `@` before the host. */
const IN_ADDRESS = /(\w:\/\/)[^\s/]+@/g;
/** A PEM block, or its beginning where the end is missing. */
const PEM = /(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * Text without escape sequences, in which the values of assignments to passwords, tokens and keys, credentials in addresses
 * and private keys are replaced by `[hidden]`. A value without quotation marks is hidden up to the end of its line: a password
 * may contain anything. Rather hides too much than too little; what has no name is not recognised.
 */
export function hideSecrets(text: string): string {
  return text
    .replaceAll(PEM, `$1${HIDDEN}$2`)
    .split(/(\r\n|\r|\n)/)
    .map((line) => hideInLine(line.replaceAll(IN_ADDRESS, `$1${HIDDEN}@`)))
    .join('');
}

function hideInLine(line: string): string {
  let [shown, from] = ['', 0];
  for (const { 0: all, 1: name = '', index } of line.matchAll(ASSIGNMENT)) {
    const at = index + all.length;
    if (index < from || at === line.length || !isSecretName(name)) continue;
    QUOTED.lastIndex = at;
    const [{ length } = '', mark = ''] = QUOTED.exec(line) ?? [];
    shown += `${line.slice(from, at)}${mark}${HIDDEN}${mark}`;
    if (length === 0) return shown;
    from = at + length;
  }
  return shown + line.slice(from);
}
