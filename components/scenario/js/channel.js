// scenarioChannel(send) — one question in flight, always the newest next: a fast drag never builds a queue.
//   send(message) hands a message to the server; call channel.receive(answer) with what comes back.
//   channel.move(message, paint)   the scenario to draw; a newer one replaces one that still waits
//   channel.ask(message) -> Promise(answer)   a question that is not to be skipped (why, open)
//   channel.onSilence = () => {}   called when the server has not answered within SILENCE ms
// `paint(answer)` runs as soon as the answer is there, after the next question has left.
// latestAsk(channel, paint) -> ask(message)   one question in flight, the newest next, only the last answer is painted

const SILENCE = 6000

function scenarioChannel(send) {
  const channel = { flying: null, next: null, count: 0, asked: new Map(), computed: 0, onSilence: () => {} }
  const leave = (move) => {
    const n = ++channel.count
    const timer = setTimeout(() => {
      if (channel.flying && channel.flying.n === n) { channel.flying = null; channel.onSilence(); forward() }
    }, SILENCE)
    channel.flying = { n, paint: move.paint, timer }
    channel.computed += 1
    send({ ...move.message, n })
  }
  const forward = () => {
    const move = channel.next
    channel.next = null
    if (move) leave(move)
  }
  channel.move = (message, paint) => {
    if (channel.flying) channel.next = { message, paint }
    else leave({ message, paint })
  }
  channel.ask = (message) => new Promise((resolve) => {
    const n = ++channel.count
    const timer = setTimeout(() => { channel.asked.delete(n); channel.onSilence(); resolve({ kind: "silent", sentence: "" }) }, SILENCE * 2)
    channel.asked.set(n, (answer) => { clearTimeout(timer); resolve(answer) })
    send({ ...message, n })
  })
  channel.receive = (answer) => {
    if (channel.asked.has(answer.n)) {
      channel.asked.get(answer.n)(answer)
      channel.asked.delete(answer.n)
      return
    }
    if (!channel.flying || channel.flying.n !== answer.n) return
    const { paint, timer } = channel.flying
    clearTimeout(timer)
    channel.flying = null
    forward()
    paint(answer)
  }
  return channel
}

function latestAsk(channel, paint) {
  let flying = false
  let next = null
  const leave = async (message) => {
    flying = true
    const answer = await channel.ask(message)
    flying = false
    if (next) { const newest = next; next = null; leave(newest) } else paint(answer)
  }
  return (message) => { if (flying) next = message; else leave(message) }
}
