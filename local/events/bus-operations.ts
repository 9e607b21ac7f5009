import type { Timers } from '../service.ts';
import { ServiceError } from '../wire.ts';
import { type Bus, busArn, type RuleStore } from './rule-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** Bus name from a name or an ARN; `default` when absent. */
export function busName(value: unknown): string {
  if (value === undefined || value === null) return 'default';
  return String(value).split('/').pop() ?? '';
}

/** Throws `ResourceNotFoundException`. */
export function requireBus(rules: RuleStore, value: unknown): Bus {
  const name = busName(value);
  const bus = rules.findBus(name);
  if (!bus) throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  return bus;
}

/** Throws `ValidationException` for a parameter that would be ignored here. */
export function refuseOthers(input: Input, known: readonly string[]): void {
  const other = Object.keys(input).find(
    (name) => !known.includes(name) && input[name] !== undefined && input[name] !== null,
  );
  if (other !== undefined)
    throw new ServiceError('ValidationException', `${other} is not implemented by the embedded cloud.`);
}

/** A page of names: `Limit` of them after the one that `NextToken` holds. */
export function page<Item>(
  input: Input,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): { readonly items: Item[]; readonly NextToken?: string } {
  const limit = Number(input['Limit'] ?? 100);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100))
    throw new ServiceError('ValidationException', 'Limit must be from 1 to 100.');
  const after =
    input['NextToken'] === undefined ? '' : Buffer.from(String(input['NextToken']), 'base64').toString('utf8');
  const rest = items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return rest.length > limit && last !== undefined
    ? { items: shown, NextToken: Buffer.from(keyOf(last)).toString('base64') }
    : { items: shown };
}

/** Operations on event buses (EventBridge API reference). */
export function busOperations(rules: RuleStore, timers: Timers) {
  return {
    CreateEventBus(input: Input) {
      refuseOthers(input, ['Name', 'Description', 'Tags']);
      const name = String(input['Name'] ?? '');
      if (!/^[A-Za-z0-9._-]{1,256}$/.test(name))
        throw new ServiceError('ValidationException', 'Event bus name is not valid.');
      if (rules.findBus(name))
        throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      rules.putBus({ name, description: input['Description'] as string | undefined, createdMs: timers.now() });
      return { EventBusArn: busArn(name) };
    },
    DescribeEventBus(input: Input) {
      return wireBus(requireBus(rules, input['Name']));
    },
    ListEventBuses(input: Input) {
      const prefix = String(input['NamePrefix'] ?? '');
      const { items, ...more } = page(
        input,
        rules.buses().filter((bus) => bus.name.startsWith(prefix)),
        (bus) => bus.name,
      );
      return { EventBuses: items.map(wireBus), ...more };
    },
    DeleteEventBus(input: Input) {
      const name = busName(input['Name']);
      if (name === 'default') throw new ServiceError('ValidationException', 'Cannot delete event bus default.');
      if (rules.rules(name).length > 0)
        throw new ServiceError('ValidationException', `Event bus ${name} can't be deleted since it has rules.`);
      rules.removeBus(name);
      return {};
    },
  };
}

function wireBus(bus: Bus) {
  const seconds = bus.createdMs / 1000;
  return {
    Name: bus.name,
    Arn: busArn(bus.name),
    ...(bus.description ? { Description: bus.description } : {}),
    CreationTime: seconds,
    LastModifiedTime: seconds,
  };
}
