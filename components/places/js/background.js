// The optional background: images of « Plan IGN » asked of data.geopf.fr, only where this browser chose it.
// The commune map spaces latitudes evenly, the images (EPSG:3857) do not: each image is laid between the exact latitudes
// of its upper and lower edge. Inside one image the greatest error is less than a fifth of a pixel (tests/places).
//   tilesFor(projection, view, unitsPerPixel) -> [{column, row, zoom, x, y, width, height}]
//   drawBackground(group, projection, onTrouble) -> update(unitsPerPixel, view)

const IGN_COOKIE = "cordee_background"
const TILE_PIXELS = 256
const MOST_TILES = 80

const tileLatitude = (row, zoom) => Math.atan(Math.sinh(Math.PI * (1 - 2 * row / 2 ** zoom))) * 180 / Math.PI
const tileRow = (latitude, zoom) => (1 - Math.asinh(Math.tan(latitude * Math.PI / 180)) / Math.PI) / 2 * 2 ** zoom

function tilesFor(projection, view, unitsPerPixel) {
  const { west, north, dx, dy } = projection
  const longitude = (x) => west + x * dx
  const latitude = (y) => north + y * dy
  let zoom = Math.ceil(Math.log2(360 / (dx * unitsPerPixel * TILE_PIXELS)) - 0.35)
  zoom = Math.min(18, Math.max(6, zoom))
  for (;; zoom--) {
    const columns = [longitude(view.x), longitude(view.x + view.width)].map((value) => Math.floor((value + 180) / 360 * 2 ** zoom))
    const rows = [latitude(view.y), latitude(view.y + view.height)].map((value) => Math.floor(tileRow(value, zoom)))
    if ((columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1) > MOST_TILES && zoom > 6) continue
    const tiles = []
    for (let row = rows[0]; row <= rows[1]; row++) {
      for (let column = columns[0]; column <= columns[1]; column++) {
        const x = (column / 2 ** zoom * 360 - 180 - west) / dx
        const y = (tileLatitude(row, zoom) - north) / dy
        tiles.push({ column, row, zoom, x, y, width: 360 / 2 ** zoom / dx, height: (tileLatitude(row + 1, zoom) - north) / dy - y })
      }
    }
    return tiles
  }
}

function tileAddress({ column, row, zoom }) {
  return `${SETUP.background.host}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2`
    + `&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX=${zoom}&TILEROW=${row}&TILECOL=${column}`
}

function drawBackground(group, projection, onTrouble) {
  const shown = new Map()
  let timer = 0
  const lay = (unit, view) => {
    const wanted = new Map(tilesFor(projection, view, unit).map((tile) => [`${tile.zoom}/${tile.column}/${tile.row}`, tile]))
    for (const [key, image] of shown) if (!wanted.has(key)) { image.remove(); shown.delete(key) }
    for (const [key, tile] of wanted) {
      if (shown.has(key)) continue
      const { x, y, width, height } = tile
      const image = makeSvg("image", { x, y, width, height, preserveAspectRatio: "none", href: tileAddress(tile) })
      image.addEventListener("error", () => { image.remove(); shown.delete(key); onTrouble(true) })
      image.addEventListener("load", () => onTrouble(false))
      group.append(image)
      shown.set(key, image)
    }
  }
  return (unit, view) => { clearTimeout(timer); timer = setTimeout(() => lay(unit, view), shown.size ? 200 : 0) }
}

// The choice is this browser's: a cookie that only the page of places receives.
function chooseBackground(on) {
  document.cookie = `${IGN_COOKIE}=${on ? "ign" : ""}; Path=/places; SameSite=Strict; Max-Age=${on ? 31536000 : 0}`
  location.reload()
}
