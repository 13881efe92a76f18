// A service whose messages are bytes as they are: what passes is compared byte by byte.
const raw = { requestSerialize: (x) => x, requestDeserialize: (x) => x, responseSerialize: (x) => x, responseDeserialize: (x) => x };
const method = (name, requestStream, responseStream) => ({ path: `/test.Echo/${name}`, requestStream, responseStream, ...raw });

export const service = {
  Unary: method('Unary', false, false),
  Fails: method('Fails', false, false),
  Never: method('Never', false, false),
  Heard: method('Heard', false, false),
  Cancelled: method('Cancelled', false, false),
  Many: method('Many', false, true),
  Breaks: method('Breaks', false, true),
  Join: method('Join', true, false),
  Talk: method('Talk', true, true),
};
