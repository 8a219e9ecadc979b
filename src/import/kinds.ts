/** Recognises the kind of container that a file is by its first bytes, whatever its name. */
import { looksLikeElf } from '../formats/elf.ts';
import { looksLikeDfuSe } from '../formats/dfu-file.ts';
import { looksLikeHex } from '../formats/intel-hex.ts';
import { looksLikeUf2 } from '../formats/uf2.ts';
import { looksLikeZip } from '../formats/zip.ts';

/** The kinds of files; `plain` is everything that is not a container. */
export type FileKind = 'zip' | 'elf' | 'uf2' | 'dfuse' | 'hex' | 'json' | 'flash-args' | 'plain';

/** The kind by the first bytes. A `json` or `flash-args` may still turn out to be some other text. */
export function kindOf(head: Uint8Array): FileKind {
  if (looksLikeZip(head)) return 'zip';
  if (looksLikeElf(head)) return 'elf';
  if (looksLikeUf2(head)) return 'uf2';
  if (looksLikeDfuSe(head)) return 'dfuse';
  if (looksLikeHex(head)) return 'hex';
  const text = new TextDecoder().decode(head);
  if (/^\s*\{/.test(text)) return 'json';
  return /^\s*(--flash[-_](mode|freq|size)\s|0x[0-9a-f]+[ \t]+[^\s,;]+\s*$)/im.test(text.split('\n', 3).join('\n'))
    ? 'flash-args'
    : 'plain';
}
