// Runs the cases of one SDK one after the other and prints a line of JSON for each: what the caller of the SDK sees.
export async function run(cases) {
  for (const [name, act] of Object.entries(cases)) {
    let result;
    try {
      result = await act();
    } catch (failure) {
      // The SDK's own error is a result too; a failure to connect is not.
      if (failure.status === undefined) throw failure;
      result = { error: failure.constructor.name, status: failure.status, message: failure.message, requestId: failure.requestID };
    }
    console.log(JSON.stringify({ name, result }));
  }
}

export const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city'],
  },
};

export const question = 'What is the weather in Zürich for 3 days? “Quoted”, \\ and 🌳.';
