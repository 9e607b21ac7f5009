import { FUNCTION_NAMES } from './expression-functions.ts';

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly lhs?: Node;
}

/** Where an expression stands decides which parts of `$states` it may read. */
export interface ExpressionPlace {
  /** `$states.result`: in `Output` and `Assign` of Task, Map and Parallel, and in no other field. */
  readonly result: boolean;
  /** `$states.errorOutput`: in a catcher's `Output` and `Assign`. */
  readonly errorOutput: boolean;
}

const STATES_FIELDS = ['input', 'result', 'errorOutput', 'context'];

/** What is wrong with a compiled expression's tree, as AWS would find when it takes the definition. */
export function checkExpression(tree: unknown, place: ExpressionPlace): string[] {
  const nodes: Node[] = [];
  collect(tree, nodes);
  const bound = new Set(nodes.flatMap(namesBound));
  return nodes.flatMap((node) => [
    ...functionProblem(node, bound),
    ...evalProblem(node),
    ...statesProblem(node, place),
  ]);
}

function collect(value: unknown, nodes: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) nodes.push(value);
  for (const part of Object.values(value)) collect(part, nodes);
}

/** Names that the expression itself binds: by `:=`, or as a lambda's arguments. */
function namesBound(node: Node): string[] {
  if (node.type === 'bind') return [String(node.lhs?.value)];
  if (node.type === 'lambda') return (node.arguments ?? []).map((argument) => String(argument.value));
  return [];
}

function functionProblem(node: Node, bound: ReadonlySet<string>): string[] {
  if (node.type !== 'function' && node.type !== 'partial') return [];
  const { type, value } = node.procedure ?? {};
  if (type !== 'variable' || bound.has(String(value)) || FUNCTION_NAMES.has(String(value))) return [];
  return value === 'eval' ? [] : [`the function $${value} is unknown`];
}

function evalProblem(node: Node): string[] {
  return node.type === 'variable' && node.value === 'eval' ? ['$eval is not supported'] : [];
}

function statesProblem(node: Node, place: ExpressionPlace): string[] {
  const [head, next] = node.type === 'path' ? (node.steps ?? []) : [];
  if (head?.type !== 'variable' || head.value !== 'states' || next?.type !== 'name') return [];
  const field = String(next.value);
  if (!STATES_FIELDS.includes(field)) return [`$states.${field} does not exist`];
  if (field === 'result' && !place.result) return ['$states.result cannot be read here'];
  if (field === 'errorOutput' && !place.errorOutput) return ['$states.errorOutput cannot be read here'];
  return [];
}
