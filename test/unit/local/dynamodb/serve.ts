import { createDynamodbService } from '../../../../local/dynamodb/dynamodb-service.ts';
import { startServer } from '../../../../local/server.ts';

// Started as a process of its own by the test that kills it: serves the folder it is given and prints its endpoint.
const directory = process.argv[2] ?? '';
const server = await startServer({ directory, port: 0, services: (context) => [createDynamodbService(context)] });
process.stdout.write(`${server.endpoint}\n`);
