export function GET() {
  return Response.json({ stars: process.env.STAR_COUNT });
}
