// Runs a TypeScript file of this folder: Node 20 cannot read TypeScript, Vite can.
import { runnerImport } from 'vite';

await runnerImport(process.argv[2]);
