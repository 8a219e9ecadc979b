// Runs one of this folder's TypeScript files: Node 20 cannot read TypeScript, Vite can.
import { runnerImport } from 'vite';

await runnerImport(process.argv[2]);
