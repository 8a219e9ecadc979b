export { HASHES, md5Hex as hexMd5 } from '../formats/hashes.ts';
