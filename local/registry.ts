import { type FunctionName, topology } from '../infra/topology.ts';

/** The one place where the embedded cloud knows the product: which module holds the handler of each function. */
export function handlerModules(
  overrides: Readonly<Record<string, string>> = {},
): Readonly<Record<FunctionName, string>> {
  const names = Object.keys(topology.functions) as FunctionName[];
  const modules = names.map((name) => [
    name,
    overrides[name] ?? new URL(`../tasks/${name}/handler.ts`, import.meta.url).href,
  ]);
  return Object.fromEntries(modules) as Record<FunctionName, string>;
}
