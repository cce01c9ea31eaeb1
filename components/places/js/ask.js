// ask(address, {body?, type?}) — one question to the server: {ok: data}; {no: sentence} when it is refused;
// {away: true} when nobody answered, or not for sure: the same may be sent again.
async function ask(address, { body, type } = {}) {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), body instanceof Blob ? 120000 : 15000)
  const url = `${address}${address.includes("?") ? "&" : "?"}lang=${SETUP.lang}`
  try {
    const answer = await fetch(url, body === undefined ? { signal: stop.signal, cache: "no-store" } : {
      method: "POST", signal: stop.signal, headers: { "Content-Type": type || "application/json" },
      body: body instanceof Blob ? body : JSON.stringify(body),
    })
    const data = await answer.json()
    return answer.ok ? { ok: data } : { no: data.message, again: answer.status >= 500 || answer.status === 429 }
  } catch {
    return { away: true }
  } finally {
    clearTimeout(timer)
  }
}
