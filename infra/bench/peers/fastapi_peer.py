"""The list of projects in the stack that the specification names: FastAPI and asyncpg, as their manuals show it.

Started by uvicorn with uvloop and httptools. The same statement, the same answer, the same check of the token, cached as ours.
"""

import base64
import json
import os
import time

import asyncpg
import jwt
from fastapi import Depends, FastAPI, Header, HTTPException

app = FastAPI()
verified: dict[str, tuple[str, float]] = {}


async def read_json_columns(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@app.on_event("startup")
async def open_database() -> None:
    app.state.pool = await asyncpg.create_pool(os.environ["PEER_DATABASE_URL"], init=read_json_columns)
    app.state.keys = jwt.PyJWKClient(os.environ["PEER_JWKS_URL"])
    print("listening", flush=True)


def verify(token: str) -> tuple[str, float]:
    claims = jwt.decode(
        token,
        app.state.keys.get_signing_key_from_jwt(token).key,
        algorithms=["EdDSA"],
        audience="hivesync-api",
        issuer=os.environ["PEER_ISSUER"],
        options={"require": ["exp", "jti", "sub", "sid"]},
    )
    return claims["sub"], claims["exp"]


async def current_user(authorization: str = Header()) -> str:
    token = authorization.removeprefix("Bearer ")
    known = verified.get(token)
    if known is None or known[1] <= time.time():
        try:
            known = verified[token] = verify(token)
        except jwt.PyJWTError as error:
            raise HTTPException(status_code=401) from error
    return known[0]


SELECT_PAGE = """
select newest.id, newest.team_id, newest.name, newest.metadata, newest.created_at, newest.updated_at
from team_members cross join lateral (
  select id, team_id, name, metadata, created_at, updated_at from projects
  where projects.team_id = team_members.team_id
  order by projects.created_at desc, projects.id desc limit $2
) newest
where team_members.user_id = $1
order by newest.created_at desc, newest.id desc limit $2
"""


def encode_cursor(row: asyncpg.Record) -> str:
    place = json.dumps([row["created_at"].isoformat(timespec="milliseconds"), str(row["id"])])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


@app.get("/api/v1/projects")
async def list_projects(limit: int = 50, user_id: str = Depends(current_user)):
    rows = await app.state.pool.fetch(SELECT_PAGE, user_id, limit + 1)
    items = [dict(row) for row in rows[:limit]]
    has_more = len(rows) > limit
    page = {
        "items": items,
        "limit": limit,
        "offset": 0,
        "has_more": has_more,
        "next_cursor": encode_cursor(rows[limit - 1]) if has_more else None,
    }
    return {"ok": True, "data": page, "error": None}
