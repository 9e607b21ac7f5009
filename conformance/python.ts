import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Python's packages that the conformance runs need, at the versions that they were written against. */
const REQUIREMENTS = ['moto[server]==5.2.5', 'boto3'];
const FOLDER = join(tmpdir(), 'tributary-conformance', 'python-moto-5.2.5');

export type Python = { readonly path: string } | { readonly skipped: string };

/** A Python that has `modules`: the machine's own, else one in a virtual environment that is made in the temporary folder. */
export function findPython(modules: readonly string[]): Python {
  const own = ['python3', 'python'].find((path) => runs(path, ['--version']));
  if (own === undefined) return { skipped: 'no Python on this machine' };
  const made = join(FOLDER, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const has = (path: string): boolean => runs(path, ['-c', modules.map((name) => `import ${name}`).join('\n')]);
  if (existsSync(made) && has(made)) return { path: made };
  if (has(own)) return { path: own };
  console.log(`Installing ${REQUIREMENTS.join(' and ')} into ${FOLDER} ...`);
  if (!runs(own, ['-m', 'venv', FOLDER])) return { skipped: 'Python cannot make virtual environments here' };
  if (!runs(made, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...REQUIREMENTS]))
    return { skipped: 'pip could not install moto' };
  return has(made) ? { path: made } : { skipped: 'the installed packages do not load' };
}

function runs(path: string, args: readonly string[]): boolean {
  return spawnSync(path, args, { stdio: 'ignore' }).status === 0;
}
