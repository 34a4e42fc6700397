"""SQLAlchemy's async ORM over aiosqlite, with the journal in WAL and synchronous=FULL."""

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.peer_redis import Peer, Record, new_record


@asynccontextmanager
async def sqlalchemy_peer(folder: Path) -> AsyncGenerator[Peer, None]:
    from sqlalchemy import delete, event, select, update  # noqa: PLC0415 - only `--peers` needs it
    from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine  # noqa: PLC0415 - as above
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column  # noqa: PLC0415 - as above

    class Base(DeclarativeBase):
        pass

    class Stored(Base):
        __tablename__ = "characters"
        user_id: Mapped[int] = mapped_column(primary_key=True)
        char_id: Mapped[str] = mapped_column(primary_key=True)
        name: Mapped[str]
        description: Mapped[str]
        image_path: Mapped[str | None]
        image_url: Mapped[str | None]
        created_at: Mapped[float]
        last_used: Mapped[float]

        def to_dict(self) -> Record:
            return {column.key: getattr(self, column.key) for column in self.__table__.columns}

    class Active(Base):
        __tablename__ = "active"
        user_id: Mapped[int] = mapped_column(primary_key=True)
        char_id: Mapped[str]

    class SqlAlchemy:
        def __init__(self, sessions: Any) -> None:
            self._sessions = sessions

        async def create(self, user_id: int, name: str, description: str) -> str:
            char_id = uuid.uuid4().hex
            record = new_record(name, description)
            async with self._sessions.begin() as session:
                session.add(Stored(user_id=user_id, char_id=char_id, **record))
                await session.merge(Active(user_id=user_id, char_id=char_id))
            return char_id

        async def get_active(self, user_id: int) -> Record | None:
            same = (Active.user_id == Stored.user_id) & (Active.char_id == Stored.char_id)
            query = select(Stored).join(Active, same).where(Active.user_id == user_id)
            async with self._sessions() as session:
                found = await session.scalar(query)
                return found and found.to_dict()

        async def list_all(self, user_id: int) -> list[Record]:
            query = select(Stored).where(Stored.user_id == user_id)
            async with self._sessions() as session:
                found = await session.scalars(query.order_by(Stored.last_used.desc()))
                return [each.to_dict() for each in found]

        async def set_active(self, user_id: int, char_id: str) -> None:
            is_it = (Stored.user_id == user_id) & (Stored.char_id == char_id)
            async with self._sessions.begin() as session:
                await session.merge(Active(user_id=user_id, char_id=char_id))
                await session.execute(update(Stored).where(is_it).values(last_used=time.time()))

        async def delete(self, user_id: int, char_id: str) -> None:
            async with self._sessions.begin() as session:
                for table in (Stored, Active):
                    is_it = (table.user_id == user_id) & (table.char_id == char_id)
                    await session.execute(delete(table).where(is_it))

    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'orm.db'}")

    @event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield SqlAlchemy(async_sessionmaker(engine, expire_on_commit=False))
    await engine.dispose()
