// Run in the console's page by test_console.py: exercises the modules that reckon, and returns what they said.
async (base) => {
  const names = ["offsets.js", "csv.js", "events.js"];
  const [offsets, csv, events] = await Promise.all(names.map((name) => import(base + name)));
  const read = async (chunks) => {
    const stream = new ReadableStream({
      start(control) {
        for (const one of chunks) control.enqueue(one);
        control.close();
      },
    });
    const messages = [];
    for await (const one of events.parse(stream)) messages.push(one);
    return messages;
  };
  const bytes = new TextEncoder().encode(
    'id: 7\r\nevent: progress\r\ndata: {"a":"日😀"}\r\n\r\n: beat\n\ndata: x\ndata: y\n\ndata: cut',
  );
  const spans = [{ start: 1, end: 3 }, { start: 2, end: 4 }, { start: 3, end: 9 }];
  return {
    slice: offsets.slice("a😀b日c", 1, 3),
    segments: offsets.segments("a😀bc", spans).map((one) => [one.text, one.spans.length]),
    width: [offsets.adWidth("abc"), offsets.adWidth("不锈钢 x"), offsets.adWidth("e\u0301")],
    cells: ["=1+1", "  @x", "a,b", 'say "hi"', "plain", "＝1"].map(csv.cell),
    whole: await read([bytes]),
    pieces: await read([...bytes].map((one) => new Uint8Array([one]))),
  };
}
