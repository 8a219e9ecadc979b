/** Particle's formats, gathered for code that knows boards but no modules. */
import { EXTENSION_HEADER_SIZE, readExtension, readExtensionHead, sealExtension } from './extension.ts';
import { readModule, sealModule } from './module.ts';
import { HEAD_BYTES, moduleName, passesUserCheck, platformName, readModuleHead } from './module-head.ts';

/** Reads, checks and seals Particle’s modules, and extensions. */
export const PARTICLE_MODULES = {
  headBytes: HEAD_BYTES,
  readHead: readModuleHead,
  read: readModule,
  seal: sealModule,
  nameOf: moduleName,
  platformName,
  passesUserCheck,
  extension: {
    headerSize: EXTENSION_HEADER_SIZE,
    readHead: readExtensionHead,
    read: readExtension,
    seal: sealExtension,
  },
} as const;
