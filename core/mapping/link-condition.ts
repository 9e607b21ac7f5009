import type { Env } from './env.ts';
import type { Condition, Operand, Position, Sign } from './rule.ts';

export type Test = (env: Env) => boolean;

/** Turns a condition's tree into a closure. */
export function linkCondition(condition: Condition): Test {
  switch (condition.op) {
    case 'and': {
      const parts = condition.of.map(linkCondition);
      return (env) => {
        for (const part of parts) if (!part(env)) return false;
        return true;
      };
    }
    case 'or': {
      const parts = condition.of.map(linkCondition);
      return (env) => {
        for (const part of parts) if (part(env)) return true;
        return false;
      };
    }
    case 'not': {
      const inner = linkCondition(condition.of);
      return (env) => !inner(env);
    }
    case 'valued': {
      const { at } = condition;
      return (env) => isValued(env, at);
    }
    case 'in': {
      const values = new Set(condition.values);
      const left = linkOperand(condition.left);
      return (env) => values.has(String(left(env)));
    }
    case 'compare':
      return linkComparison(condition.sign, linkOperand(condition.left), condition.right);
    default:
      return condition satisfies never;
  }
}

// A field is valued when any of its components is: `PID-11` with a city alone is valued.
function isValued(env: Env, at: Position): boolean {
  const text = env.text(at);
  if (text !== '') return true;
  return at.kind === 'field' && at.component === 0 && env.count(at) > 0 && env.whole(at) !== '';
}

function linkOperand(operand: Operand): (env: Env) => string | number {
  switch (operand.kind) {
    case 'event':
      return (env) => env.run.event;
    case 'text':
      return (env) => env.text(operand.at);
    case 'count':
      return (env) => env.count(operand.at);
    case 'length':
      return (env) => env.whole(operand.at).length;
    default:
      return operand satisfies never;
  }
}

function linkComparison(sign: Sign, left: (env: Env) => string | number, right: string | number): Test {
  switch (sign) {
    case '=':
      return (env) => left(env) === right;
    case '!=':
      return (env) => left(env) !== right;
    case '<':
      return (env) => left(env) < right;
    case '>':
      return (env) => left(env) > right;
    case '<=':
      return (env) => left(env) <= right;
    case '>=':
      return (env) => left(env) >= right;
    default:
      return sign satisfies never;
  }
}
