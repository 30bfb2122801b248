// What must not happen in a page: errors, warnings on its console, requests to anywhere but this machine.

export function watchProblems() {
  const problems = [];
  const local = (address) => {
    const { protocol, hostname } = new URL(address);
    if (/^(https?|wss?):$/.test(protocol) && hostname !== "127.0.0.1") problems.push(`asked for ${address}`);
  };
  const listen = (page) => {
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("request", (request) => local(request.url()));
    page.on("websocket", (socket) => local(socket.url()));
    // Components say there what they were given wrongly. A restart connects anew, which they call a loss.
    page.on("console", (message) => {
      const said = `${message.type()}: ${message.text()}`;
      if (/^(warning|error)/.test(said) && !/: Connection lost, reconnecting in 0 /.test(said)) problems.push(said);
    });
  };
  return { problems, listen };
}
