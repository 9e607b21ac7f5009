import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An error of the validator: the name given to the resource, where in it, which rule, and the rule's words. */
export interface ValidatorError {
  readonly name: string;
  readonly path: string;
  readonly rule: string;
  readonly text: string;
}

const JAVA = 'java';
const MAVEN = 'mvn';

export type Validator = { readonly classPath: string } | { readonly skipped: string };

/** HAPI and its parts, fetched by Maven at the versions that `pom.xml` pins. */
export function findValidator(): Validator {
  if (!runs(JAVA, ['-version'])) return { skipped: 'no Java on this machine' };
  if (!runs(MAVEN, ['-version'])) return { skipped: 'no Maven on this machine' };
  const folder = mkdtempSync(join(tmpdir(), 'tributary-hapi-'));
  try {
    const file = join(folder, 'class-path');
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';
    const pom = join(import.meta.dirname, 'pom.xml');
    if (!runs(MAVEN, ['-q', '-B', '-f', pom, goal, `-Dmdep.outputFile=${file}`]))
      return { skipped: 'Maven could not fetch HAPI' };
    return { classPath: readFileSync(file, 'utf8').trim() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runs(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Validates resources, each as JSON under a name. Fails when the validator did not come to its end. */
export async function validate(
  classPath: string,
  resources: ReadonlyMap<string, string>,
): Promise<readonly ValidatorError[]> {
  const source = join(import.meta.dirname, 'Validate.java');
  const java = spawn(JAVA, ['-cp', classPath, source], { stdio: ['pipe', 'pipe', 'inherit'] });
  const written: Buffer[] = [];
  java.stdout.on('data', (bytes: Buffer) => written.push(bytes));
  const exit = once(java, 'exit');
  for (const [name, json] of resources) {
    if (!java.stdin.write(`${name}\t${json}\n`)) await Promise.race([once(java.stdin, 'drain'), exit]);
  }
  java.stdin.end();
  await exit;
  const lines = Buffer.concat(written).toString('utf8').trimEnd().split('\n');
  if (lines.pop() !== `validated\t${resources.size}`) throw new Error('The validator did not read every resource');
  return lines.map((line) => {
    const [name = '', path = '', rule = '', text = ''] = line.split('\t');
    return { name, path, rule, text };
  });
}
