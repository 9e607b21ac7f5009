import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type FunctionName, topology } from './topology.ts';

/**
 * CommonJS packages in an ES module bundle call `require`; Lambda loads `.mjs` as an ES module, where there is none.
 */
const requireBanner = "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

/** Folder of each function's bundle: one `index.mjs` that exports `handler`. */
export type Bundles = Readonly<Record<FunctionName, string>>;

/**
 * Bundles `tasks/<Name>/handler.ts` of every function in the topology into `work`, in this process and without network. A task
 * exports `createHandler(environment)`; the entry made here gives it the process's environment, which nothing else
 * reads. Throws when a handler is missing or does not bundle.
 */
export function bundleTasks(root: string, work: string): Bundles {
  const names = Object.keys(topology.functions) as FunctionName[];
  const missing = names.map(handlerFile).filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0) throw new Error(`Task handlers are missing: ${missing.join(', ')}`);
  const entries = names.map((name) => [name, entry(work, root, name)] as const);
  buildSync({
    entryPoints: entries.map(([name, path]) => ({ in: path, out: join(name, 'index') })),
    outdir: join(work, 'out'),
    outExtension: { '.js': '.mjs' },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    // Errors are routed by name: the literal survives, but a class name in a stack should be readable too.
    keepNames: true,
    legalComments: 'none',
    banner: { js: requireBanner },
    logLevel: 'silent',
  });
  return Object.fromEntries(names.map((name) => [name, join(work, 'out', name)])) as Bundles;
}

const handlerFile = (name: FunctionName): string => `tasks/${name}/handler.ts`;

function entry(work: string, root: string, name: FunctionName): string {
  const folder = join(work, 'entries');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.ts`);
  const handler = JSON.stringify(join(root, handlerFile(name)));
  writeFileSync(
    path,
    `import { createHandler } from ${handler};\nexport const handler = createHandler(process.env);\n`,
  );
  return path;
}
