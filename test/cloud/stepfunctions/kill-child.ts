import { startWorkflowCloud } from './workflow-cloud.ts';

// A cloud in a process of its own, for the test to kill. Prints its endpoint when it is up.
const [directory = '', runsFile = ''] = process.argv.slice(2);
const { server } = await startWorkflowCloud({ directory, environment: { RUNS_FILE: runsFile } });
console.log(server.endpoint);
